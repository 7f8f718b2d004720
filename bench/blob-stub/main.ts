import { startBlobStub } from './server.ts';

/** Runs the stub by itself: one JSON line when it listens, until SIGTERM or its parent's end. */
const stub = await startBlobStub(Number(process.argv[2] ?? '0'));
process.stdout.write(`${JSON.stringify({ ready: true, port: stub.port })}\n`);
const stop = () => void stub.close().then(() => process.exit(0));
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
process.once('disconnect', stop);
