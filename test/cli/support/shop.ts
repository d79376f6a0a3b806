/** An application in JavaScript: `mailer` needs `database`, which is fatal; `report` needs nothing. */
export const SHOP = `
const { IsString } = require('class-validator');
const { BackgroundDaemon, createApplication, Secret, Settings } = require('daemonry');

class MailSettings { token = 'hunter2-very-secret'; host = 'localhost'; }
Settings('mail')(MailSettings);
for (const field of ['token', 'host']) IsString()(MailSettings.prototype, field);
Secret()(MailSettings.prototype, 'token');

class Database { constructor() { console.log('constructed'); } startup() { console.log('started'); } }
BackgroundDaemon({ fatalOnStartupFailure: true, tags: ['storage'] })(Database);

class Mailer { tick({ log }) { log.info('mailed'); } }
BackgroundDaemon({ interval: '1m', dependsOn: ['database'], tags: ['mail'] })(Mailer);
Reflect.defineMetadata('design:paramtypes', [MailSettings], Mailer);
Object.defineProperty(Mailer, 'length', { value: 1 });

class Report { tick() {} }
BackgroundDaemon({ cron: '0 6 * * *' })(Report);

exports.create = (more = {}) =>
  createApplication({ name: 'shop', listeners: [Report, Mailer, Database], config: { env: {} }, ...more });
`;

export const MAIN = `
const { runMain } = require('daemonry');
const { create } = require('./shop.js');
void runMain(() => create());
`;
