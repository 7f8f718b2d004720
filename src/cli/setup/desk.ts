import type { ConnectorConfig } from '../../config/config.ts';
import type { Session } from '../session.ts';
import type { Answers } from './answers.ts';
import type { Section } from './candidate.ts';

/** What the steps may look at and try. Nothing on it writes anything. */
export interface Desk {
  /** Path of the configuration file, whether it is there or not. */
  readonly file: string;
  /** Connectors in it. */
  readonly ids: readonly string[];
  /** `YYYY-MM-DD` of UTC. */
  readonly today: string;
  /** `SHA256:…` that a server shows. @throws {RunError} `site-unreachable` */
  readonly hostKey: (host: string, port: number) => Promise<string>;
  /** These parts of the connector as the answers would make them. @throws {ConfigError} */
  readonly trial: (answers: Answers, sections: readonly Section[]) => Trial;
}

export interface Trial {
  readonly session: Session;
  readonly connector: ConnectorConfig;
}
