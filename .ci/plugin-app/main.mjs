import * as daemonry from 'daemonry';

import prove from './prove.cjs';

await prove(daemonry, import.meta.dirname);
