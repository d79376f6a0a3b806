export { WebListenError, WebServer, type WebAddress, WebSettings } from './WebServer';
export { WebRoutes } from './WebRoutes';
export type { RouteAccess } from './AccessGuard';
export { type Operator, type OperatorRight, WebOperator, WebOperatorsError } from './operators';

export { webModule } from './module';
