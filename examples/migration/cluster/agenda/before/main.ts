// region before
import { Agenda } from 'agenda';
import { RedisBackend } from '@agendajs/redis-backend';

import { Invoices } from '../../Invoices';

const invoices = new Invoices();
// With MongoDB: new MongoBackend({ address }) from '@agendajs/mongo-backend'. All else is the same.
const backend = new RedisBackend({ connectionString: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379' });
const agenda = new Agenda({ backend });

agenda.define('send invoices', () => invoices.send(new Date().toISOString().slice(0, 10), undefined), {
  lockLifetime: 600_000,
});
agenda.define('remind', () => invoices.remind(), { concurrency: 1 });

async function main(): Promise<void> {
  await agenda.start();
  await agenda.every('0 3 * * *', 'send invoices', undefined, { timezone: 'Europe/Paris' });
  await agenda.every('15 minutes', 'remind');
  process.on('SIGTERM', () => {
    void agenda.drain();
  });
}

void main();
// endregion before
