import { TestWorkflowEnvironment } from '@temporalio/testing';

/**
 * `node sdk-download.ts FOLDER`: lets the SDK download its dev server into the folder. The SDK can
 * only do so by starting it, hence a process of its own, which a time limit can end.
 */
const downloadDir = process.argv[2];
if (downloadDir === undefined) throw new Error('usage: sdk-download.ts FOLDER');

const environment = await TestWorkflowEnvironment.createLocal({
  server: { executable: { type: 'cached-download', downloadDir } },
});
await environment.teardown();
process.exit(0);
