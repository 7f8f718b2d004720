import type { Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';

/** Where an activity runs in a unit test; the SDK's own words about failing ones are left out. */
export function activityEnvironment(info: Partial<Info> = {}): MockActivityEnvironment {
  return new MockActivityEnvironment(info, {
    logger: new DefaultLogger('ERROR', () => undefined),
  });
}

/** Runs an activity of one input there. */
export function runActivity<Input, Output>(
  activity: (input: Input) => Promise<Output>,
  input: Input,
  environment = activityEnvironment(),
): Promise<Output> {
  return environment.run<[Input], Output, (input: Input) => Promise<Output>>(activity, input);
}
