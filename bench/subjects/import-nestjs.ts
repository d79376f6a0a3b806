import { loadPeer, reportLoading } from './loadPackages';

void reportLoading(['@nestjs/common', '@nestjs/core', '@nestjs/schedule'], loadPeer);
