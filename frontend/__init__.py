"""Every page that people read: they work before JavaScript, which adds the map and spares clicks."""
