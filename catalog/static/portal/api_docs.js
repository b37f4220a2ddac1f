// Starts Swagger UI. A file of its own, because no script of ours stands in a page.
const { schema, csrfHeader, csrf } = document.getElementById("swagger-ui").dataset;

SwaggerUIBundle({
  url: schema,
  dom_id: "#swagger-ui",
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  requestInterceptor: (request) => {
    // Who is signed in on the portal may try out what changes something.
    const isOurs = new URL(request.url, location.href).origin === location.origin;
    if (isOurs && !["GET", undefined].includes(request.method)) request.headers[csrfHeader] = csrf;
    return request;
  },
});
