// region board
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import { Queue } from 'bullmq';
import { fastify } from 'fastify';
import { Redis } from 'ioredis';

const prefix = process.env['PREFIX'] ?? 'daemonry';
const connection = new Redis(process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379', { maxRetriesPerRequest: null });

async function main(): Promise<void> {
  // Each queue has a key `<prefix>:<name>:meta`.
  const names: string[] = [];
  for await (const keys of connection.scanStream({ match: `${prefix}:*:meta` }))
    names.push(...(keys as string[]).map((key) => key.slice(prefix.length + 1, -':meta'.length)));

  const board = new FastifyAdapter();
  const queues = names
    .toSorted()
    .map((name) => new BullMQAdapter(new Queue(name, { connection, prefix }), { readOnlyMode: true }));
  createBullBoard({ queues, serverAdapter: board });
  const server = fastify();
  await server.register(board.registerPlugin());
  console.log(await server.listen({ host: '127.0.0.1', port: Number(process.env['PORT'] ?? 3100) }));

  process.on('SIGTERM', () => {
    void server.close().then(() => connection.quit());
  });
}

void main();
// endregion board
