import { ContainerModule } from 'inversify';

import { WebServer } from './WebServer';

/** The HTTP server: health endpoints and a read-only API of the application, as the listener `web`. */
export function webModule(): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(WebServer).toSelf();
  });
}

export { WebListenError } from './WebListenError';
export { WebServer, type WebAddress } from './WebServer';

export { WebSettings } from './WebSettings';
