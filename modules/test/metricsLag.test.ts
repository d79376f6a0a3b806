import perfHooks, { type IntervalHistogram } from 'node:perf_hooks';

import { Registry } from 'prom-client';

import { endMetrics, givenMetrics } from './support/givenMetrics';

const MS = 1e6;

/** An event loop whose samples are set by hand, and all that has asked for some. */
function givenSamples() {
  const asked: { resolution: number; isOn: boolean }[] = [];
  const samples = {
    count: 100,
    min: 20 * MS,
    max: 520 * MS,
    mean: 21 * MS,
    stddev: 3 * MS,
    percentile: (percent: number) => (percent === 99 ? 70 : 20.2) * MS,
  };
  jest.spyOn(perfHooks, 'monitorEventLoopDelay').mockImplementation(({ resolution = 10 } = {}) => {
    const one = { resolution, isOn: false };
    asked.push(one);
    const histogram = {
      ...samples,
      enable: () => (one.isOn = true),
      disable: () => (one.isOn = false),
      reset: () => (histogram.count = 0),
    };
    return histogram as unknown as IntervalHistogram;
  });
  return {
    samples,
    /** How often a second the process is woken for a sample. */
    perSecond: () => asked.reduce((sum, { resolution, isOn }) => sum + (isOn ? 1_000 / resolution : 0), 0),
  };
}

const lagsIn = (body = ''): Readonly<Record<string, number>> =>
  Object.fromEntries<number>(
    [...body.matchAll(/^nodejs_eventloop_lag_(\w+)_seconds (\S+)$/gm)].map(([, name = '', value]) => [
      name,
      Number(value),
    ]),
  );

afterEach(async () => {
  await endMetrics();
  jest.restoreAllMocks();
});

describe('the lag of the event loop', () => {
  it('is sampled 50 times a second, and not after the application has stopped', async () => {
    const { perSecond } = givenSamples();
    const { app, daemon } = await givenMetrics({ web: false });
    await daemon.expose();
    expect(Math.round(perSecond())).toBe(50);
    await app.stop();
    expect(Math.round(perSecond())).toBe(0);
  });

  it('is sampled as often after the daemon was restarted', async () => {
    const { perSecond } = givenSamples();
    const { app, daemon } = await givenMetrics({ web: false });
    await daemon.expose();
    await app.restart('metrics', { reason: 'try', by: 'kim' });
    await daemon.expose();
    expect(Math.round(perSecond())).toBe(50);
  });

  it('is sampled once for applications that share a registry, until the last of them has stopped at least', async () => {
    const { perSecond } = givenSamples();
    const registry = new Registry();
    const one = await givenMetrics({ web: false, options: { registry } });
    await givenMetrics({ web: false, options: { registry } });
    await one.app.stop();
    expect(Math.round(perSecond())).toBe(50);
  });

  it('is 10 ms for a loop that has nothing to do, as prom-client writes it', async () => {
    givenSamples();
    const { daemon } = await givenMetrics({ web: false });
    const lags = lagsIn((await daemon.expose())?.body);
    const expected = { min: 0.01, max: 0.51, mean: 0.011, stddev: 0.003, p50: 0.0102, p90: 0.0102, p99: 0.06 };
    expect(Object.keys(lags)).toEqual(Object.keys(expected));
    for (const [name, value] of Object.entries(expected)) expect(lags[name]).toBeCloseTo(value, 6);
  });

  it('is that of the scrape before, where there was no sample since', async () => {
    givenSamples();
    const { daemon } = await givenMetrics({ web: false });
    const first = lagsIn((await daemon.expose())?.body);
    expect(lagsIn((await daemon.expose())?.body)).toEqual(first);
  });

  it('is never less than nothing, also where a late sample was soon followed by the next', async () => {
    const { samples } = givenSamples();
    samples.min = 7 * MS;
    const { daemon } = await givenMetrics({ web: false });
    expect(lagsIn((await daemon.expose())?.body)).toMatchObject({ min: 0, max: 0.51 });
  });

  it('begins with zeros', async () => {
    const { samples } = givenSamples();
    samples.count = 0;
    const { daemon } = await givenMetrics({ web: false });
    expect(new Set(Object.values(lagsIn((await daemon.expose())?.body)))).toEqual(new Set([0]));
  });
});
