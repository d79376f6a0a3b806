import { BackgroundDaemon, createApplication, Settings } from 'daemonry';
import { Container, inject } from 'inversify';

import prove from './prove.cjs';

await prove({ BackgroundDaemon, createApplication, Settings }, { Container, inject });
