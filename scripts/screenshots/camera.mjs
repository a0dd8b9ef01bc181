// What the two cameras show: a drawn person each, instead of the browser's test pattern. The pictures are painted in a
// browser's canvas and put one after the other: that is a Motion-JPEG file, which Chromium takes for a camera.
import { Buffer } from 'node:buffer';
import { writeFile } from 'node:fs/promises';

/** The loop of pictures; Chromium plays 30 of them a second. */
const PICTURES = 120;

export const LOOKS = {
  mira: {
    wall: '#c9d8ce',
    wallDetail: '#a9c1b1',
    accent: '#e8a87c',
    skin: '#c98f6b',
    skinShade: '#b57c59',
    hair: '#33231e',
    hasLongHair: true,
    shirt: '#2f6f73',
    hasGlasses: false,
  },
  jonas: {
    wall: '#c3cce0',
    wallDetail: '#a1afd0',
    accent: '#6c83bf',
    skin: '#f0c3a0',
    skinShade: '#deaa85',
    hair: '#8a5a34',
    hasLongHair: false,
    shirt: '#c4574a',
    hasGlasses: true,
  },
};

/**
 * Writes what a camera sees.
 * @param page any page of a browser
 * @param look one of `LOOKS`
 * @param path of the file to write, ending in `.mjpeg`
 */
export async function writeCamera(page, look, path) {
  const program = [pens, room, person, paintAll].join('\n');
  const pictures = await page.evaluate(
    `(() => { ${program}; return paintAll(${JSON.stringify(look)}, ${PICTURES}); })()`,
  );
  await writeFile(path, Buffer.concat(pictures.map((picture) => Buffer.from(picture, 'base64'))));
}

// From here on: what runs in the page.

/** @returns JPEG files in base64 */
function paintAll(look, count) {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [1280, 720];
  const pen = pens(canvas.getContext('2d'));
  return Array.from({ length: count }, (_, index) => {
    room(pen, look);
    person(pen, look, (index / count) * 2 * Math.PI);
    return canvas.toDataURL('image/jpeg', 0.92).split(',')[1];
  });
}

function pens(context) {
  const shape = (colour, draw) => {
    context.fillStyle = colour;
    context.beginPath();
    draw(context);
    context.fill();
  };
  return {
    shape,
    oval: (colour, x, y, rx, ry = rx) => shape(colour, (c) => c.ellipse(x, y, rx, ry, 0, 0, 2 * Math.PI)),
    box: (colour, x, y, width, height, round = 0) =>
      shape(colour, (c) => c.roundRect(x, y, width, height, round)),
    line(colour, width, draw) {
      Object.assign(context, { strokeStyle: colour, lineWidth: width, lineCap: 'round' });
      context.beginPath();
      draw(context);
      context.stroke();
    },
  };
}

function room({ oval, box }, look) {
  box(look.wall, 0, 0, 1280, 720);
  box(look.wallDetail, 110, 90, 250, 300, 14);
  box(look.wall, 126, 106, 218, 268, 6);
  oval(look.accent, 235, 215, 56);
  box(look.wallDetail, 950, 360, 330, 16);
  for (const [index, height] of [120, 150, 104, 136].entries()) {
    box(index % 2 ? look.accent : look.wallDetail, 980 + index * 44, 360 - height, 34, height, 4);
  }
  oval(look.wallDetail, 1210, 330, 34, 30);
}

/** @param turn from 0 to 2π, where it is again what it was at 0 */
function person({ shape, oval, box, line }, look, turn) {
  const x = 640 + 9 * Math.sin(turn);
  const y = 330 + 4 * Math.sin(2 * turn);
  if (look.hasLongHair) box(look.hair, x - 150, y - 150, 300, 400, 140);
  box(look.shirt, x - 290, 560, 580, 400, 190);
  box(look.skinShade, x - 48, y + 90, 96, 165, 46);
  oval(look.skin, x - 122, y + 12, 22, 32);
  oval(look.skin, x + 122, y + 12, 22, 32);
  oval(look.skin, x, y, 122, 158);
  shape(look.hair, (c) => {
    c.ellipse(x, y - 52, 130, 118, 0, Math.PI, 2 * Math.PI);
    c.quadraticCurveTo(x + 70, y - 96, x - 20, y - 92);
    c.quadraticCurveTo(x - 104, y - 88, x - 130, y - 30);
  });
  const isBlinking = Math.abs(turn - 4.2) < 0.12;
  const frame = '#3a3f52';
  for (const side of [-1, 1]) {
    oval('#2a2326', x + side * 48, y - 6, 11, isBlinking ? 2 : 12);
    line(look.hair, 7, (c) => c.arc(x + side * 48, y - 20, 30, 1.25 * Math.PI, 1.75 * Math.PI));
    if (look.hasGlasses) line(frame, 6, (c) => c.roundRect(x + side * 50 - 40, y - 38, 80, 64, 26));
  }
  if (look.hasGlasses) line(frame, 6, (c) => (c.moveTo(x - 10, y - 10), c.lineTo(x + 10, y - 10)));
  line(look.skinShade, 7, (c) => c.arc(x, y + 26, 16, 0.2 * Math.PI, 0.8 * Math.PI));
  line('#8c3f3a', 8, (c) => c.arc(x, y + 48, 44 + 4 * Math.sin(3 * turn), 0.22 * Math.PI, 0.78 * Math.PI));
}
