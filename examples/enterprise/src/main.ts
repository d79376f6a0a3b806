import { createApplication, runMain } from 'daemonry';

import { shop } from './shop';

void runMain(() => createApplication(shop()));
