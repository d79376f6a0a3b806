import { exploreSeeds, MANY } from './exploreSeeds';

exploreSeeds([2, 4], MANY);
