/** A kind of resource of its own, and the controller that makes it work. */
package com.example.site;
