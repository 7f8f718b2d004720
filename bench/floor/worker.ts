import { fileURLToPath } from 'node:url';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { floorActivities } from './activities.ts';

/**
 * The floor's worker: `node bench/floor/worker.ts ADDRESS NAMESPACE TASK_QUEUE`. Says `worker ready`
 * when it polls, and ends on SIGTERM or when its parent disappears. Never changed together with the
 * product (see shapes.ts).
 */
async function main([address = '', namespace = '', taskQueue = '']: string[]): Promise<void> {
  Runtime.install({ telemetryOptions: { logging: { filter: 'WARN' } } });
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    activities: floorActivities,
    workflowsPath: fileURLToPath(new URL('./workflows.ts', import.meta.url)),
    maxCachedWorkflows: 600,
    maxConcurrentActivityTaskExecutions: 400,
  });
  process.once('disconnect', () => {
    if (worker.getState() === 'RUNNING') worker.shutdown();
  });
  process.channel?.unref();
  const running = worker.run();
  process.stdout.write('worker ready\n');
  await running;
  await connection.close();
}

await main(process.argv.slice(2));
