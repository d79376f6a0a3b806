import type { ApplicationOptions } from 'daemonry';

import { booksModule } from '../modules/books';
import { InvoiceRun } from './billing/InvoiceRun';
import { OrderImport } from './orders/OrderImport';
import { OrderStore } from './orders/OrderStore';

/** The parts of the application. The process and the tests start from the same options. */
export const shop = (): ApplicationOptions => ({
  name: 'shop',
  listeners: [OrderImport, InvoiceRun],
  services: [OrderStore],
  modules: [booksModule()],
});
