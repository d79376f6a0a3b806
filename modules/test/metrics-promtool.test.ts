import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import manifest from '../package.json';
import { behaviours, endMetrics, failing, givenMetrics } from './support/givenMetrics';
import { describeWithPromtool, promtool } from './support/promtool';

const FOLDER = join(__dirname, '../metrics');
const ALERTS = join(FOLDER, 'prometheus-alerts.yaml');
const TESTS = join(__dirname, 'metrics/alerts.test.yaml');

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly refId: string; readonly expr: string }[];
}

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: unknown }[] };
}

const dashboard = JSON.parse(readFileSync(join(FOLDER, 'grafana-dashboard.json'), 'utf8')) as Dashboard;
const expressions = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
const alerts = readFileSync(ALERTS, 'utf8');

/** The names of metrics in a text of PromQL, without the suffixes of a histogram. */
const metricsIn = (text: string): readonly string[] =>
  [...new Set(text.match(/\b(daemonry|nodejs|process)_[a-z0-9_]+\b/g) ?? [])].map((name) =>
    name.replace(/_(bucket|sum|count)$/, ''),
  );

/** An exposition with runs of every outcome. */
async function givenExposition(): Promise<string> {
  const { app, daemon } = await givenMetrics({ web: false });
  behaviours.push(failing, ({ sleep }) => sleep('20s'));
  await app.clock.advance('3m');
  await app.pause('order_sync', { reason: 'deploy', by: 'kim' });
  await app.clock.advance('3m');
  return (await daemon.expose())?.body ?? '';
}

afterEach(endMetrics);

describeWithPromtool('the metrics, read by promtool', () => {
  it('are clean', async () => {
    const exposition = await givenExposition();
    expect(promtool(['check', 'metrics'], exposition)).toEqual({ code: 0, said: '' });
  });
});

describeWithPromtool('the alert rules, read by promtool', () => {
  it('are valid', () => {
    expect(promtool(['check', 'rules', ALERTS])).toMatchObject({ code: 0 });
  });

  it('fire when they should, and not otherwise', () => {
    expect(promtool(['test', 'rules', TESTS])).toMatchObject({ code: 0 });
  });
});

describeWithPromtool('the queries of the dashboard, read by promtool', () => {
  it('are valid', () => {
    const folder = mkdtempSync(join(tmpdir(), 'daemonry-dashboard-'));
    const rules = expressions.map((expr, at) => ({
      record: `query:${at}`,
      expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$__range', '6h').replaceAll(/\$\w+/g, '.*'),
    }));
    const file = join(folder, 'rules.yaml');
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'queries', rules }] }));
    expect(promtool(['check', 'rules', file])).toMatchObject({ code: 0 });
    rmSync(folder, { recursive: true });
  });
});

describe('the alert rules', () => {
  it('ask for metrics that exist', async () => {
    const exposition = await givenExposition();
    for (const name of metricsIn(alerts)) expect(exposition).toContain(`# TYPE ${name} `);
  });

  it('have a test each', () => {
    const names = [...alerts.matchAll(/alert: (\w+)/g)].map(([, name]) => name);
    const tried = [...readFileSync(TESTS, 'utf8').matchAll(/alertname: (\w+)\n\s+exp_alerts/g)].map(([, name]) => name);
    expect([...new Set(tried)].sort()).toEqual([...names].sort());
  });
});

describe('the Grafana dashboard', () => {
  it('asks for metrics that exist, and only for those', async () => {
    const exposition = await givenExposition();
    const asked = metricsIn(JSON.stringify(dashboard));
    expect(asked.length).toBeGreaterThan(8);
    for (const name of asked) expect(exposition).toContain(`# TYPE ${name} `);
  });

  it('shows every metric of daemonry', async () => {
    const exposition = await givenExposition();
    const names = [...exposition.matchAll(/^# TYPE (daemonry_\w+) /gm)].map(([, name]) => name ?? '');
    expect(
      metricsIn(expressions.join('\n'))
        .filter((name) => name.startsWith('daemonry_'))
        .sort(),
    ).toEqual(names.sort());
  });

  it('has panels of which none covers another, each with a title and queries', () => {
    const { panels } = dashboard;
    expect(dashboard).toMatchObject({ uid: 'daemonry', title: 'daemonry', schemaVersion: 39 });
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = new Set<string>();
    for (const { title, type, gridPos, targets } of panels) {
      expect(title).not.toBe('');
      expect(['stat', 'timeseries', 'heatmap', 'table']).toContain(type);
      expect(targets.length).toBeGreaterThan(0);
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(cells.has(`${x},${y}`)).toBe(false);
          cells.add(`${x},${y}`);
        }
      }
    }
  });

  it('uses only variables that it declares', () => {
    const declared = dashboard.templating.list.map(({ name }) => name);
    const used = [...expressions.join('\n').matchAll(/\$(\w+)/g)].map(([, name]) => name ?? '');
    for (const name of used) expect([...declared, '__rate_interval', '__range']).toContain(name);
  });
});

describe('the files for Grafana and Prometheus', () => {
  it('are part of the package', () => {
    expect(manifest.files).toEqual(expect.arrayContaining(['metrics/*.json', 'metrics/*.yaml']));
  });
});
