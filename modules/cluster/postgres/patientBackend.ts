import { sleep } from 'daemonry';
import type * as Bull from 'bullmq';

/** Milliseconds until a worker looks again whether the run in flight has ended that a moment waits for. */
const TURN_MS = 200;

/** BullMQ's backend goes on at once while a job waits, also when it may not be taken yet: it would ask without a pause. */
export function patientBackend(create: typeof Bull.createPostgresBackend): typeof Bull.createPostgresBackend {
  return (...given) => {
    const backend = create(...given);
    const wait = backend.waitForJob.bind(backend);
    backend.waitForJob = async (timeout) => {
      const found = await wait(timeout);
      // Without an answer BullMQ finds out itself what is wrong.
      if (found !== null && (await backend.isMaxed().catch(() => false))) await sleep(TURN_MS);
      return found;
    };
    return backend;
  };
}
