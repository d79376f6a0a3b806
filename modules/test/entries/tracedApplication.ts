import { diag, DiagLogLevel, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { tracingModule } from '@daemonry/modules/tracing';
import {
  BackgroundDaemon,
  createApplication,
  limited,
  Listener,
  type OnShutdown,
  type OnStartup,
  PeriodicTask,
  runMain,
  type StartupContext,
  type TickContext,
} from 'daemonry';

const exporter = new OTLPTraceExporter();

// region sdk
const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
provider.register();

/** The first listener is stopped last: by then every run is over, and its span is sent. */
@Listener({ name: 'spans' })
class Spans implements OnStartup, OnShutdown {
  startup({ log }: StartupContext): void {
    // The SDK says nowhere else that spans are lost.
    const tell = (message: string): void => log.warn(message, limited('spans: trouble'));
    const logger = { error: tell, warn: tell, info: tell, debug: tell, verbose: tell };
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  }

  async shutdown(): Promise<void> {
    await provider.shutdown();
  }
}
// endregion sdk

@BackgroundDaemon({ interval: '1h', initialDelay: 0 })
class OrderSync {
  #hasTicked = false;
  #left = Number(process.env['RUNS'] ?? 1);

  async tick(): Promise<void> {
    await Promise.resolve();
    trace.getTracer('orders').startSpan('child').end();
    this.#hasTicked = true;
  }

  @PeriodicTask({ interval: '100ms', initialDelay: 0 })
  compact({ requestShutdown }: TickContext): never {
    if (this.#hasTicked && --this.#left <= 0) requestShutdown('both have run');
    throw new TypeError('no orders');
  }
}

void runMain(() =>
  createApplication({
    name: 'shop',
    listeners: [Spans, OrderSync],
    modules: [tracingModule()],
    config: { directory: false, env: false, values: { logging: { level: 'warn' } } },
  }),
);
