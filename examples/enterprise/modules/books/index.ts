import { ContainerModule } from 'inversify';

import { Books } from './Books';

export function booksModule(): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(Books).toSelf();
  });
}

export { Books, type Invoice } from './Books';
