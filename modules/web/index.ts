export { WebListenError } from './WebListenError';
export { WebRoutes } from './WebRoutes';
export { WebServer, type WebAddress } from './WebServer';

export { WebSettings } from './WebSettings';
export { webModule } from './module';
