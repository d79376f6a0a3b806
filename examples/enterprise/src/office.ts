import { type ApplicationOptions, createApplication, runMain } from 'daemonry';

import { refundsModule } from '../modules/refunds';
import { shop } from './shop';

/** The shop with what people do in its office: refunds over HTTP. The books are loaded once, though both need them. */
export const office = (): ApplicationOptions => ({ ...shop(), modules: [...(shop().modules ?? []), refundsModule()] });

if (require.main === module) void runMain(() => createApplication(office()));
