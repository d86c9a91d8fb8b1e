/** What is said about objects by their structural schemas: fields, descriptions, columns. */
@NullMarked
package org.kochab.schema;

import org.jspecify.annotations.NullMarked;
