import { ContainerModule } from 'inversify';

import { WebServer } from './WebServer';

/** The HTTP server: health endpoints and the API of the application and its modules, as the listener `web`. */
export function webModule(): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(WebServer).toSelf();
  });
}

export { WebListenError } from './WebListenError';
export { WebRoutes } from './WebRoutes';
export { WebServer, type WebAddress } from './WebServer';

export { WebSettings } from './WebSettings';
