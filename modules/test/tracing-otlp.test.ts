import { join, resolve } from 'node:path';

import { startProcess } from 'daemonry/testing';

import { closeHttpServers, givenHttpServer } from './support/givenHttpServer';

interface OtlpSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly status: { readonly code?: number; readonly message?: string };
}

/** A collector that decodes what it is sent. */
async function givenCollector() {
  const spans: OtlpSpan[] = [];
  const paths = new Set<string>();
  const { url } = await givenHttpServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      paths.add(`${request.method ?? ''} ${request.url ?? ''} ${request.headers['content-type'] ?? ''}`);
      const { resourceSpans } = JSON.parse(text) as {
        resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[];
      };
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  return { url, spans, paths };
}

afterEach(async () => {
  await closeHttpServers();
});

describe('the spans of runs, sent by OTLP over HTTP', () => {
  it('arrive at a collector, the last ones before the process ends', async () => {
    const collector = await givenCollector();
    const child = startProcess(join(__dirname, 'entries/tracedApplication.ts'), {
      cwd: resolve(__dirname, '../..'),
      nodeArgs: ['-C', 'daemonry-source'],
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
    });
    expect(await child.exit).toMatchObject({ code: 0 });

    expect([...collector.paths]).toEqual(['POST /v1/traces application/json']);
    const [tick, compact, inside] = ['order_sync.tick', 'order_sync.compact', 'child'].map((name) =>
      collector.spans.find((span) => span.name === name),
    );
    expect(valuesOf(tick)).toMatchObject({ 'daemonry.task': 'tick', 'daemonry.outcome': 'succeeded' });
    expect(inside).toMatchObject({ traceId: tick?.traceId, parentSpanId: tick?.spanId });
    expect(compact).toMatchObject({ status: { code: 2, message: 'no orders' } });
    expect(valuesOf(compact)).toMatchObject({ 'daemonry.outcome': 'failed', 'error.type': 'TypeError' });
    expect(compact?.traceId).not.toBe(tick?.traceId);
  });
});

describe('a collector that takes no spans', () => {
  it('is told of in the log while the application runs', async () => {
    const { url } = await givenHttpServer((_request, response) => {
      response.writeHead(400).end('no tenant');
    });
    const child = startProcess(join(__dirname, 'entries/tracedApplication.ts'), {
      cwd: resolve(__dirname, '../..'),
      nodeArgs: ['-C', 'daemonry-source'],
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_BSP_SCHEDULE_DELAY: '20', RUNS: '10' },
    });
    const { logs } = await child.exit;

    const told = logs.filter(({ listener }) => listener === 'spans');
    expect(told[0]).toMatchObject({ level: 'warn', message: expect.stringContaining('Bad Request') as string });
  });
});

const valuesOf = (span: OtlpSpan | undefined) =>
  Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]));
