throw new TypeError('no settings');
