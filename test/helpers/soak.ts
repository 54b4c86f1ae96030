/** Whether this is `npm run test:soak`: long forms of tests, over numbers of their own at each run. */
export const isSoak = process.env.SEGMENTRY_SOAK === '1';
