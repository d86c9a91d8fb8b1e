package org.kochab.spi.store;

/** A key and its value as they go into a store and come out of it. The arrays are shared and must not be changed. */
public record StorePut(byte[] key, byte[] value) {}
