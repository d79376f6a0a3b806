import { createRequire } from 'node:module';

import { reportLoading } from './loadPackages';

void reportLoading(['daemonry'], createRequire(__filename));
