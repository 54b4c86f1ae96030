/** The first two columns of the first two rows of a display matrix, as signs: `a b` over `c d`. */
const BY_MATRIX: Record<string, number> = {
  '1,0,0,1': 1,
  '-1,0,0,1': 2,
  '-1,0,0,-1': 3,
  '1,0,0,-1': 4,
  '0,1,1,0': 5,
  '0,1,-1,0': 6,
  '0,-1,-1,0': 7,
  '0,-1,1,0': 8,
};

const FILTERS: Record<number, string> = {
  2: 'hflip',
  3: 'hflip,vflip',
  4: 'vflip',
  5: 'transpose=cclock_flip',
  6: 'transpose=clock',
  7: 'transpose=clock_flip',
  8: 'transpose=cclock',
};

/**
 * How frames are turned and mirrored to be seen, as EXIF counts: 1 to 8.
 * @param displayMatrix as ffprobe prints it: three rows, each after its number.
 * @returns undefined for anything but right angles.
 */
export function readOrientation(displayMatrix: string): number | undefined {
  const rows = displayMatrix.split('\n').filter((row) => row.includes(':'));
  const signs = rows.slice(0, 2).flatMap((row) => {
    const [, values = ''] = row.split(':');
    return values.trim().split(/\s+/).slice(0, 2).map(Number).map(Math.sign);
  });
  return BY_MATRIX[signs.map((sign) => sign + 0).join(',')];
}

export const swapsSides = (orientation: number) => orientation >= 5;

/** What makes frames upright. ffmpeg's own way leaves mirrored ones as they are before its version 5.1. */
export const uprightFilter = (orientation: number): string | undefined => FILTERS[orientation];
