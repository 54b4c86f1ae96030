import { makeVideo, testPattern } from '../make-video.ts';
import { switchSize } from './switch-size.ts';

/** Files that are named as videos. Those of `mayOpen` harm nobody where they are opened within bounds. */
export function hostileVideos(): { refused: Record<string, Buffer>; mayOpen: Record<string, Buffer> } {
  const mp4 = makeVideo('a.mp4', ...testPattern('64x48', 2));
  const webm = makeVideo('a.webm', '-f', 'lavfi', '-i', 'testsrc=s=64x48:r=4:d=2', '-c:v', 'libvpx');
  return {
    refused: {
      'an HLS playlist of a local file': Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n'),
      'an HLS playlist of an address': Buffer.from(
        '#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/latest/meta-data\n',
      ),
      'a list of files to join': Buffer.from('ffconcat version 1.0\nfile /etc/passwd\n'),
      'a DASH manifest': Buffer.from(
        '<?xml version="1.0"?><MPD><BaseURL>http://127.0.0.1:9/</BaseURL></MPD>',
      ),
      'a session description': Buffer.from('v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n'),
      'an SVG': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      'an AVI': makeVideo('a.avi', '-f', 'lavfi', '-i', 'testsrc=s=64x48:r=4:d=1', '-c:v', 'mjpeg'),
      'a sound': makeVideo('a.m4a', '-f', 'lavfi', '-i', 'sine=d=1', '-c:a', 'aac'),
      subtitles: Buffer.from('WEBVTT\n\n00:00.000 --> 00:09.000\n<script>\n'),
      'a moov of seven bytes': patchBox(mp4, 'moov', -4, 7),
      '20,000 boxes within one another': nestedBoxes(20_000),
      'four billion frames': patchBox(mp4, 'stsz', 12, 0xffffffff),
      'chunks that lie behind the end': patchBox(mp4, 'stco', 12, 0x7fffffff),
      'only its first box': mp4.subarray(0, 40),
      'Matroska whose head has 2^56 bytes': Buffer.from('1a45dfa301ffffffffffff00', 'hex'),
      'Matroska cut in its first cluster': webm.subarray(0, 400),
      'a size that grows behind the probe': switchSize(),
    },
    mayOpen: {
      'frames of 65,535 x 65,535': patchBox(mp4, 'avc1', 28, 0xffffffff),
      'a moov of four gigabytes': patchBox(mp4, 'moov', -4, 0xffffffff),
      'a film of 136 years by its head': patchBox(mp4, 'mvhd', 20, 0xffffffff),
      'a track of 136 years by its head': patchBox(mp4, 'mdhd', 20, 0xffffffff),
      'frames that last for 13 hours each': patchBox(mp4, 'stts', 16, 0x0fffffff),
      'a reference to another file': patchBox(mp4, 'url ', 4, 0),
      'a million frames a second': patchBox(mp4, 'mdhd', 16, 0x7fffffff),
    },
  };
}

/** @param offset from the box's name. */
function patchBox(mp4: Buffer, name: string, offset: number, value: number): Buffer {
  const bytes = Buffer.from(mp4);
  bytes.writeUInt32BE(value, bytes.indexOf(name) + offset);
  return bytes;
}

function nestedBoxes(depth: number): Buffer {
  const head = Buffer.from('00000018667479706d703432000000006d70343269736f6d', 'hex');
  const boxes = Array.from({ length: depth }, (_, level) => {
    const box = Buffer.alloc(8);
    box.writeUInt32BE((depth - level) * 8);
    box.write(level === 0 ? 'moov' : 'trak', 4);
    return box;
  });
  return Buffer.concat([head, ...boxes]);
}
