import { join } from 'node:path';

import { GatewayProcess } from './GatewayProcess';
import { givenRedis, RedisMissingError } from './givenRedis';

// npm run start:cluster: the reference application in three processes that share their work by one Redis. Ctrl-C stops them one
// after the other, and Redis last, if it was started here.
//
//   REDIS_URL=redis://…   a server of your own, instead of one on 127.0.0.1:6379
//   GATEWAY_PORT=9119     the port of the first dashboard; the others follow

const PROCESSES = 3;

async function main(): Promise<number> {
  const url = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';
  const firstPort = Number(process.env['GATEWAY_PORT'] ?? '9119');
  const state = process.env['DAEMONRY__STATE__DIRECTORY'] ?? join(__dirname, '../state/cluster');
  const redis = await givenRedis(url, join(state, 'redis'));
  say(redis.isOurs ? `started redis-server at ${redis.at}` : `using the Redis at ${redis.at}`);

  const processes = Array.from(
    { length: PROCESSES },
    (_none, index) =>
      new GatewayProcess({
        number: index + 1,
        port: firstPort + index,
        redisUrl: url,
        state: join(state, `${index + 1}`),
      }),
  );
  let isAsked = false;
  let hangUp = (): void => undefined;
  const stopped = new Promise<void>((resolve) => {
    hangUp = resolve;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (isAsked) for (const gateway of processes) gateway.kill();
        isAsked = true;
        resolve();
      });
    }
  });
  // The reader of a pipe that has gone away ends everything, as a terminal that is closed does.
  for (const output of [process.stdout, process.stderr])
    output.on('error', () => {
      isAsked = true;
      hangUp();
    });
  for (const gateway of processes) {
    void gateway.exit.then((code) => {
      if (!isAsked) say(`process ${gateway.number} ended with code ${code}`);
    });
  }
  say(`dashboards, each shows who runs what: ${processes.map(({ dashboard }) => dashboard).join(' ')}`);
  await Promise.race([stopped, Promise.all(processes.map(({ exit }) => exit))]);

  say('stopping one process after the other');
  const codes: number[] = [];
  for (const gateway of processes) codes.push(await gateway.stop());
  await redis.stop();
  say(`stopped, with the codes ${codes.join(', ')}`);
  return Math.max(...codes);
}

function say(text: string): void {
  process.stdout.write(`cluster | ${text}\n`);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof RedisMissingError ? error.message : String(error)}\n`);
    process.exitCode = 2;
  },
);
