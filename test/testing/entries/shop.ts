import { BackgroundDaemon, createApplication, runMain } from 'daemonry';

@BackgroundDaemon({ interval: '1h', fatalOnStartupFailure: true })
class OrderSync {
  startup(): void {
    process.stdout.write(`faults in the environment: ${String('DAEMONRY_TEST_FAULTS' in process.env)}\n`);
  }
  tick(): void {}
}

void runMain(() =>
  createApplication({ name: 'shop', listeners: [OrderSync], config: { directory: false, env: false } }).then((app) => {
    app.events.on('application.started', () => {
      app.requestShutdown('done');
    });
    return app;
  }),
);
