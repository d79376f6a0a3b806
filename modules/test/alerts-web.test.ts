import { call } from './support/call';
import { finding, givenAlerts } from './support/givenAlerts';
import { readDocument } from './support/readAudit';
import { endData, urlOf } from './support/givenData';

jest.setTimeout(30_000);

afterEach(endData);

describe('alerts on the web server', () => {
  const post = (url: string, id: string, body: unknown) =>
    call(`${url}/api/alerts/${encodeURIComponent(id)}/acknowledge`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('are listed, and acknowledged by whoever sends the request until they are over', async () => {
    const { app, probes, alerts, directory } = await givenAlerts();
    const name = `billing ${'x'.repeat(90)}`;
    probes.record([finding(name, 'unhealthy')]);
    const id = `service_unhealthy:${name}`;

    const acknowledged = await post(urlOf(app), id, {});

    const expected = { id, acknowledged: { by: 'local', at: '2030-01-01T00:00:00.000Z' } };
    expect(acknowledged).toMatchObject({ status: 200, body: expected });
    expect(await call(`${urlOf(app)}/api/alerts`)).toMatchObject({ status: 200, body: { alerts: [expected] } });

    probes.record([]);
    expect(await alerts.active()).toEqual([]);
    probes.record([finding(name, 'unhealthy')]);
    const [again] = await alerts.active();
    expect(again).not.toHaveProperty('acknowledged');
    expect(JSON.parse((await readDocument(directory, 'alerts')) ?? '')).toHaveProperty([id]);
  });

  it('that do not stand cannot be acknowledged', async () => {
    const { app } = await givenAlerts();

    expect(await post(urlOf(app), 'operator_paused', {})).toMatchObject({
      status: 404,
      body: { error: { code: 'ALERT_UNKNOWN' } },
    });
  });

  it.each([[[]], { by: 'ada' }, { note: 'x' }])('are not acknowledged by %j', async (body) => {
    const { app, alerts } = await givenAlerts({ tier: 'warned' });

    expect(await post(urlOf(app), 'cost_ladder_warned', body)).toMatchObject({ status: 400 });

    expect((await alerts.active())[0]).not.toHaveProperty('acknowledged');
  });
});
