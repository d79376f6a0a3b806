// region before
import { Mailer } from '../../shop/Mailer';
import { OrderApi } from '../../shop/OrderApi';
import { Warehouse } from '../../shop/Warehouse';

const warehouse = new Warehouse();
const mailer = new Mailer();
const api = new OrderApi();

async function pull(): Promise<void> {
  try {
    for (const order of await api.pull()) warehouse.keep(order);
  } catch (error) {
    console.error('pull failed', error);
  }
}

function reportEveryNight(): void {
  const next = new Date();
  next.setHours(3, 0, 0, 0);
  if (next.getTime() <= Date.now()) next.setDate(next.getDate() + 1);
  setTimeout(() => {
    warehouse.report();
    reportEveryNight();
  }, next.getTime() - Date.now());
}

let timer: NodeJS.Timeout | undefined;

async function stop(): Promise<void> {
  clearInterval(timer);
  await warehouse.close();
  process.exit();
}

async function main(): Promise<void> {
  process.on('SIGTERM', () => void stop());
  process.on('uncaughtException', (error) => {
    console.error('crashed', error);
    void stop();
  });
  await warehouse.open();
  await mailer.connect();
  timer = setInterval(() => void pull(), 100);
  reportEveryNight();
}

void main();
// endregion before
