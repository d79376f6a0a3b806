import { createApplication, runMain } from 'daemonry';

import { applicationOptions } from './application';

void runMain(() => createApplication(applicationOptions()));
