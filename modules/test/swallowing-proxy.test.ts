import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

import { SwallowingProxy } from './support/SwallowingProxy';

describe('The proxy that cuts processes off', () => {
  it('holds back what is sent, and connections, without telling anybody, until it is mended', async () => {
    const echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    const proxy = await SwallowingProxy.to((echo.address() as AddressInfo).port);
    const client = connect(proxy.port, '127.0.0.1').setEncoding('utf8');
    client.write('one');
    expect(await once(client, 'data')).toEqual(['one']);

    proxy.swallow();
    const later = connect(proxy.port, '127.0.0.1').setEncoding('utf8');
    await once(later, 'connect');
    const seen: string[] = [];
    for (const socket of [client, later]) socket.on('data', (text: string) => seen.push(text));
    client.write('two');
    later.write('three');
    const direct = connect((echo.address() as AddressInfo).port, '127.0.0.1');
    direct.write('meanwhile');
    await once(direct, 'data');
    expect(seen).toEqual([]);

    proxy.mend();
    await Promise.all([once(client, 'data'), once(later, 'data')]);
    expect(seen.toSorted()).toEqual(['three', 'two']);

    for (const socket of [client, later, direct]) socket.destroy();
    await proxy.close();
    echo.close();
  });
});
