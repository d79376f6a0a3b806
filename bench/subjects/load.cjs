'use strict';

const { measure, report } = require('../support/measure.cjs');
const { peer } = require('../support/peer.cjs');

const LOADS = {
  inversify: () => {
    require('reflect-metadata');
    require('inversify');
  },
  daemonry: () => {
    require('daemonry');
  },
  nestjs: () => {
    for (const name of ['reflect-metadata', '@nestjs/common', '@nestjs/core', '@nestjs/schedule']) peer(name);
  },
};

/** node load.cjs <subject>: loads the packages that an application of background work needs. */
async function main([subject]) {
  const { wall, cpu } = await measure(LOADS[subject]);
  report({ wall, cpu });
}

void main(process.argv.slice(2));
