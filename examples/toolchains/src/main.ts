import { createApplication, runMain } from 'daemonry';

import { Orders } from './Orders.js';
import { OrderSync } from './OrderSync.js';

void runMain(async () => {
  const app = await createApplication({ name: 'orders', listeners: [OrderSync], services: [Orders] });
  app.events.on('run.finished', () => {
    app.requestShutdown('everything is sent');
  });
  return app;
});
