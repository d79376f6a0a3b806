import { createRequire } from 'node:module';

import { reportLoading } from './loadPackages';

void reportLoading(['reflect-metadata', 'inversify'], createRequire(__filename));
