import { ApplicationEvents, type InterceptedRun, type RunEvent, RunInterceptor } from 'daemonry';
import type * as OpenTelemetry from '@opentelemetry/api';
import type { Link, Span, Tracer } from '@opentelemetry/api';
import { injectable } from 'inversify';

import { loadOptional } from '../shared/packages';
import { RunTraces } from '../shared/RunTraces';

/** Loads the API of OpenTelemetry. @throws PackageMissingError */
export const loadOpenTelemetry = (): typeof OpenTelemetry =>
  loadOptional(
    { name: '@opentelemetry/api', major: 1, neededBy: 'The tracing module', otherwise: 'leave tracingModule() out' },
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only when it is used
    () => require('@opentelemetry/api') as typeof OpenTelemetry,
  );

const LONGEST_ERROR_TYPE = 100;

/**
 * Makes a span of each run, which is active around its handler: spans made there are its children. Each is the root of a
 * trace of its own, with a link to the span in which the run was triggered, if there was one.
 */
@injectable()
export class Tracing extends RunInterceptor implements RunTraces {
  readonly #api = loadOpenTelemetry();
  readonly #tracer: Tracer = this.#api.trace.getTracer('daemonry');
  /** The provider behind a proxy that nobody has given one. */
  readonly #noProvider = new this.#api.ProxyTracerProvider().getDelegate();
  /** The spans of the runs whose outcome is not decided, by the id of the run. */
  readonly #spans = new Map<string, Span>();
  #unsubscribe: (() => void) | undefined;
  #lastEnded: { readonly runId: string; readonly span: Span } | undefined;

  constructor(private readonly events: ApplicationEvents) {
    super();
  }

  around(run: InterceptedRun, next: () => Promise<void>): unknown {
    if (this.#isWithoutSdk()) return next();
    const { context, trace } = this.#api;
    const { listener, task, runId } = run;
    const attributes = {
      'daemonry.listener': listener,
      'daemonry.task': task,
      'daemonry.run_id': runId,
      'daemonry.tick_id': run.tickId,
      'daemonry.trigger': run.trigger,
      'daemonry.scheduled_at': run.scheduledAt.toISOString(),
    };
    const span = this.#tracer.startSpan(`${listener}.${task}`, { root: true, attributes, links: this.#linksOf(run) });
    this.#unsubscribe ??= this.events.on('run.finished', (finished) => this.#ended(finished));
    this.#spans.set(runId, span);
    return context.with(trace.setSpan(context.active(), span), next);
  }

  /** The id of the trace of a run, if it is recorded: see {@link RunTraces}. */
  traceOf({ runId }: RunEvent): string | undefined {
    const span = this.#spans.get(runId) ?? (this.#lastEnded?.runId === runId ? this.#lastEnded.span : undefined);
    if (span === undefined) return undefined;
    const { traceId, traceFlags } = span.spanContext();
    return (traceFlags & this.#api.TraceFlags.SAMPLED) === 0 ? undefined : traceId;
  }

  /** Makes no further span; those of runs in flight end with them. */
  dispose(): void {
    this.#unsubscribe?.();
  }

  /** True while no SDK is registered: its spans would say nothing, and what they say takes most of the time. */
  #isWithoutSdk(): boolean {
    const provider = this.#api.trace.getTracerProvider();
    return provider instanceof this.#api.ProxyTracerProvider && provider.getDelegate() === this.#noProvider;
  }

  #linksOf(run: InterceptedRun): Link[] {
    if (run.trigger !== 'manual') return [];
    const { context, trace, isSpanContextValid } = this.#api;
    const asker = run.inTriggerContext(() => trace.getSpanContext(context.active()));
    return asker !== undefined && isSpanContextValid(asker) ? [{ context: asker }] : [];
  }

  #ended(run: RunEvent): void {
    const { runId, outcome } = run;
    const span = this.#spans.get(runId);
    if (span === undefined) return;
    this.#spans.delete(runId);
    this.#lastEnded = { runId, span };
    if (span.isRecording()) {
      span.setAttribute('daemonry.outcome', outcome ?? 'unknown');
      if (outcome === 'failed' || outcome === 'timed_out') this.#fail(span, run);
    }
    span.end();
  }

  #fail(span: Span, { record: { error } }: RunEvent): void {
    if (error === undefined) return;
    const { name, message, code, stack } = error;
    span.setAttribute('error.type', (code ?? name).slice(0, LONGEST_ERROR_TYPE));
    span.setStatus({ code: this.#api.SpanStatusCode.ERROR, message });
    // The error as the record has it: without the secrets of the application.
    span.recordException({ name, message, stack });
  }
}
