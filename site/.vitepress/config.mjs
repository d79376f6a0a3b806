import { defineConfig } from 'vitepress';

const docs = (items) => items.map(([text, page]) => ({ text, link: `/docs/${page}` }));

export default defineConfig({
  title: 'daemonry',
  description: 'A dependency-injection application framework for background work in Node.js',
  srcDir: 'pages',
  outDir: 'dist',
  cacheDir: '.vitepress/cache',
  ignoreDeadLinks: [/^\/source\//],
  markdown: { html: true },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Begin', link: '/docs/getting-started' },
      { text: 'Recipes', link: '/docs/recipes' },
      { text: 'Modules', link: '/modules/docs/' },
      { text: 'API', link: '/api/' },
    ],
    sidebar: {
      '/api/': [
        { text: 'daemonry', link: '/api/index/' },
        { text: 'daemonry/testing', link: '/api/testing/' },
      ],
      '/': [
        {
          text: 'Begin',
          items: docs([
            ['Getting started', 'getting-started'],
            ['Recipes', 'recipes'],
            ['Questions', 'faq'],
            ['Compared', 'comparison'],
            ['From NestJS', 'migration-from-nestjs'],
            ['From timers', 'migration-from-timers'],
            ['From queues and cron', 'migration-from-schedulers'],
            ['To several processes', 'migration-to-cluster'],
          ]),
        },
        {
          text: 'Write',
          items: docs([
            ['Listeners', 'listeners'],
            ['Schedules', 'schedules'],
            ['Dependencies', 'dependencies'],
            ['Fatality', 'fatality'],
            ['Configuration', 'configuration'],
            ['Supervision', 'supervision'],
            ['State', 'state'],
            ['History', 'history'],
            ['Cluster', 'cluster'],
            ['Plugins', 'plugins'],
          ]),
        },
        {
          text: 'Prove',
          items: docs([
            ['Testing', 'testing'],
            ['Other kits', 'testing-comparison'],
            ['Tool chains', 'toolchains'],
          ]),
        },
        {
          text: 'Run',
          items: docs([
            ['Command line', 'cli'],
            ['Deployment', 'deployment'],
            ['Operations', 'operations'],
            ['Security', 'security'],
            ['Errors', 'errors'],
            ['Upgrades', 'upgrades'],
          ]),
        },
        {
          text: 'Change',
          items: [
            ...docs([
              ['Architecture', 'architecture'],
              ['Packaging', 'packaging'],
              ['Decisions', 'decisions/'],
            ]),
            { text: 'Contributing', link: '/CONTRIBUTING' },
            { text: 'Changelog', link: '/CHANGELOG' },
          ],
        },
      ],
    },
  },
});
