package org.millrace.ee.shop;

import jakarta.ejb.EJB;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Where the tests buy. */
@WebServlet("/commands")
public class Counter extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @EJB private transient Shop shop;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.setContentType("text/plain");
        shop.buy(request.getParameter("body"), request.getParameter("end"));
        response.getWriter().print("done");
    }
}
