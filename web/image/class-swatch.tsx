import { classColour } from '../../core/contracts/class-colours.ts';

/** A class's colour; the name stands beside it. */
export const ClassSwatch = ({ classId }: { classId: number }) => (
  <svg class="swatch" viewBox="0 0 12 12" aria-hidden="true">
    <rect width="12" height="12" rx="3" fill={classColour(classId)} />
  </svg>
);
