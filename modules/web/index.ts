export { WebListenError, WebServer, type WebAddress, WebSettings } from './WebServer';
export { WebRoutes } from './WebRoutes';

export { webModule } from './module';
