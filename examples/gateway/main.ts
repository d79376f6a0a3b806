import { join } from 'node:path';

import { createApplication, runMain } from 'daemonry';
import { heartbeatProbesModule } from 'daemonry/modules/heartbeat_probes';
import { reasoningEngineModule } from 'daemonry/modules/reasoning_engine';
import { slackClientModule } from 'daemonry/modules/slack_client';
import { snapshotModule } from 'daemonry/modules/snapshot';
import { webModule } from 'daemonry/modules/web';

import { Inventory } from './listeners/Inventory';
import { InventoryImport } from './listeners/InventoryImport';

void runMain(() =>
  createApplication({
    name: 'gateway',
    listeners: [InventoryImport],
    services: [Inventory],
    modules: [webModule(), heartbeatProbesModule(), snapshotModule(), reasoningEngineModule(), slackClientModule()],
    config: { directory: join(__dirname, 'config') },
  }),
);
