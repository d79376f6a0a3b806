import { context, trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { tracingModule } from '@daemonry/modules/tracing';
import { createTestApplication } from 'daemonry/testing';

import { OrderSync } from './givenMetrics';

type TestApplication = Awaited<ReturnType<typeof createTestApplication>>;
type Options = Partial<Parameters<typeof createTestApplication>[0]>;

const running: TestApplication[] = [];
const providers: NodeTracerProvider[] = [];

/** Registers a real SDK for this process, until {@link endTracing}. */
export function givenSdk(options: ConstructorParameters<typeof NodeTracerProvider>[0]): NodeTracerProvider {
  const provider = new NodeTracerProvider(options);
  provider.register();
  providers.push(provider);
  return provider;
}

/** A running application with `order_sync` and the tracing module. */
export async function givenTracing({ modules = [], ...options }: Options = {}): Promise<TestApplication> {
  const app = await createTestApplication({
    listeners: [OrderSync],
    modules: [tracingModule(), ...modules],
    ...options,
  });
  running.push(app);
  await app.start();
  return app;
}

export async function endTracing(): Promise<void> {
  await Promise.all(running.splice(0).map((app) => app.stop()));
  await Promise.all(providers.splice(0).map((provider) => provider.shutdown()));
  trace.disable();
  context.disable();
}
