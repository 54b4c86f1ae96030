/** A class's colour; the name stands beside it. */
export const ClassSwatch = ({ colour }: { colour: string | undefined }) => (
  <svg class="swatch" viewBox="0 0 12 12" aria-hidden="true">
    <rect width="12" height="12" rx="3" fill={colour} />
  </svg>
);
