import { createApplication, runMain } from 'daemonry';

import { Inventory } from './listeners/Inventory';
import { InventoryImport } from './listeners/InventoryImport';
import { SampleLog } from './listeners/SampleLog';
import { gatewayModules } from './modules';

void runMain(() =>
  createApplication({
    name: 'gateway',
    listeners: [InventoryImport, SampleLog],
    services: [Inventory],
    modules: [...gatewayModules()],
  }),
);
