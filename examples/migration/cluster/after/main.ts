// region main
import { createApplication, runMain } from 'daemonry';
import { clusterModule } from '@daemonry/modules/cluster';

import { Invoices } from '../Invoices';
import { InvoiceRun } from './InvoiceRun';

void runMain(() =>
  createApplication({ name: 'shop', listeners: [InvoiceRun], services: [Invoices], modules: [clusterModule()] }),
);
// endregion main
