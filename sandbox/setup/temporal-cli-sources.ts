import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './run-command.ts';
import { say, step } from './step.ts';

/** The last tag that `go install` can have; later ones need a module without published version. */
const GO_MODULE = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';
const GO_MINIMUM = [1, 25] as const;
const DOWNLOAD_TIMEOUT_MS = 5 * 60_000;
const BUILD_TIMEOUT_MS = 20 * 60_000;

/**
 * The SDK's own download: it fetches a CLI from temporal.download and starts it. Both sources put
 * the binary at `target` in one rename and give null, or a sentence that says what was missing.
 */
export async function downloadWithSdk(
  target: string,
  environment: NodeJS.ProcessEnv,
): Promise<string | null> {
  return inWorkFolder(target, async (folder) => {
    const script = fileURLToPath(new URL('./sdk-download.ts', import.meta.url));
    const end = await step(
      "Getting the Temporal CLI by the SDK's own download: up to a minute; fails at once offline.",
      () =>
        runCommand(process.execPath, [script, folder], {
          environment,
          timeoutMs: DOWNLOAD_TIMEOUT_MS,
        }),
    );
    const file = readdirSync(folder).find((name) => name.startsWith('temporal'));
    if (end.code !== 0 || file === undefined) {
      say('  temporal.download did not answer.');
      return 'The download from temporal.download failed (no internet, or a proxy in between).';
    }
    renameSync(join(folder, file), target);
    return null;
  });
}

/** `go install` of the pinned tag through the Go module mirror, when Go is there and new enough. */
export async function buildWithGo(
  target: string,
  environment: NodeJS.ProcessEnv,
): Promise<string | null> {
  const version = await runCommand('go', ['env', 'GOVERSION'], { environment, timeoutMs: 30_000 });
  if (version.code !== 0) return 'Go is not installed, so it could not be built either.';
  if (!isGoNewEnough(version.output)) {
    return `${version.output.trim()} is too old to build it: Go ${GO_MINIMUM.join('.')} is needed.`;
  }
  return inWorkFolder(target, async (folder) => {
    const end = await step(
      `Building the Temporal CLI once with ${version.output.trim()} (${GO_MODULE}): 2 to 3 minutes, longer on a small machine.`,
      () =>
        runCommand('go', ['install', '-ldflags', '-s -w', GO_MODULE], {
          cwd: folder,
          environment: { ...environment, GOBIN: folder, GOFLAGS: '', GOWORK: 'off' },
          timeoutMs: BUILD_TIMEOUT_MS,
        }),
    );
    if (end.code !== 0) {
      return `go install failed: ${end.output.trim().split('\n').slice(-3).join(' ')}`;
    }
    renameSync(join(folder, 'temporal'), target);
    return null;
  });
}

/** `go1.26.8` and the like; a development version counts as new. */
export function isGoNewEnough(version: string): boolean {
  const found = /go(\d+)\.(\d+)/.exec(version);
  if (found === null) return version.includes('devel');
  const [major, minor] = [Number(found[1]), Number(found[2])];
  return major > GO_MINIMUM[0] || (major === GO_MINIMUM[0] && minor >= GO_MINIMUM[1]);
}

async function inWorkFolder(
  target: string,
  work: (folder: string) => Promise<string | null>,
): Promise<string | null> {
  const folder = join(dirname(target), `work-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
