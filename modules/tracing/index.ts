export { Tracing } from './Tracing';

export { tracingModule } from './module';
